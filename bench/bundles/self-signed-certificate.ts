import { generateKeyPairSync, sign } from "node:crypto";

/** A key and a certificate for `localhost` that signs itself, good for a day. Both in PEM. */
export function selfSignedCertificate(): { key: string; certificate: string } {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const name = sequence(set(sequence(OID.commonName, tagged(0x0c, Buffer.from("localhost")))));
  const algorithm = sequence(OID.sha256WithRsa, tagged(0x05));
  const alternativeName = sequence(tagged(0x82, Buffer.from("localhost")));
  const day = 86_400_000;
  const body = sequence(
    tagged(0xa0, integer(2)),
    integer(Date.now()),
    algorithm,
    name,
    sequence(utcTime(Date.now() - day), utcTime(Date.now() + day)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    tagged(0xa3, sequence(sequence(OID.subjectAltName, tagged(0x04, alternativeName)))),
  );
  const signature = sign("sha256", body, privateKey);
  const certificate = sequence(body, algorithm, tagged(0x03, Buffer.from([0]), signature));
  const base64 = certificate.toString("base64").replace(/.{64}/g, "$&\n").trimEnd();
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    certificate: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
  };
}

const OID = {
  commonName: tagged(0x06, Buffer.from("550403", "hex")),
  subjectAltName: tagged(0x06, Buffer.from("551d11", "hex")),
  sha256WithRsa: tagged(0x06, Buffer.from("2a864886f70d01010b", "hex")),
};

/** One value in DER: its tag, its length, and what it consists of. */
function tagged(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const bytes = Buffer.from(length.toString(16).padStart(length < 0x100 ? 2 : 4, "0"), "hex");
  const prefix = length < 0x80 ? bytes : Buffer.concat([Buffer.from([0x80 + bytes.length]), bytes]);
  return Buffer.concat([Buffer.from([tag]), prefix, content]);
}

function sequence(...parts: Buffer[]): Buffer {
  return tagged(0x30, ...parts);
}

function set(...parts: Buffer[]): Buffer {
  return tagged(0x31, ...parts);
}

function integer(value: number): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), "0"), "hex");
  // The first bit would make the number negative.
  return tagged(0x02, Buffer.from((bytes[0] ?? 0) < 0x80 ? [] : [0]), bytes);
}

function utcTime(milliseconds: number): Buffer {
  const digits = new Date(milliseconds).toISOString().replace(/\D/g, "").slice(2, 14);
  return tagged(0x17, Buffer.from(`${digits}Z`));
}
