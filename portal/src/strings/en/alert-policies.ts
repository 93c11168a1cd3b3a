export const alertPolicies = {};
