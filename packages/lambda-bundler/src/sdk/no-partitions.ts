/** Only the rules of endpoints ask for partitions, and they are replaced too. */
export const partitionsInfo = { partitions: [] };
