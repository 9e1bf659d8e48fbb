/** The code of functions on this machine: errors name their classes, and a debugger shows the variables of the source. */
export const localCode = { "functions:readableCode": "true" };
