/** Stands where the SDK falls back to hashing in JavaScript. Node.js hashes natively. */
export class Sha256Js {
  constructor() {
    throw new Error("this Node.js was built without SHA-256, and the bundle has no other");
  }
}
