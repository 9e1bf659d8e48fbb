/** Signing the messages of an event stream needs this; requests do not. */
export class HeaderFormatter {
  format(): never {
    throw new Error("event streams are left out of this bundle: no message of one can be signed");
  }
}
