export const messageTrace = {};
