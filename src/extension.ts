/** activate(): wiring only. */
export {};
