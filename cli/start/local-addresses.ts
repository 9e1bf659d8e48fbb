/** Addresses that are notified on this machine where a stack has none of its own: the mailbox shows what they would get. */
export const localAddresses = {
  "monitoring:email": "alerts@example.com",
  "orders:email": "shop@example.com",
};
