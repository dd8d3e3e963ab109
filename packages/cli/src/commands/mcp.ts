export function defineMcp() {}
