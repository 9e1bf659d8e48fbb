/** Beginning of the sort key that only orders have; the stream's reader filters by it. */
export const ORDER_PREFIX = "ORDER#";

/** Name of the index that lists orders by status and age. */
export const STATUS_INDEX = "byStatus";
