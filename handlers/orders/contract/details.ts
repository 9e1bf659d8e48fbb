/** Details of the problem documents of the orders APIs. */
export const orderDetails = {
  noOrder: "There is no order with this id.",
  noOrderYet: "There is no order with this id; a new order can take a moment until it is stored.",
  noProduct: "The stock of this product is not tracked.",
  openKey:
    "Idempotency-Key must be one UUID, because nothing else tells the clients of this API apart.",
  prices: "A line's price is not the price of its product; read the product and order again.",
  pageToken: "nextToken must come from an earlier response for the same status.",
  orderId: "orderId must be a lowercase UUID",
  limit: "limit must be a whole number from 1 to 100",
} as const;
