// Short words at the edge of the page about what was just done.

export const TOASTER = 'cordon';
