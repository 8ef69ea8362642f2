/** An offline pack whose status lists are some days old: signed anew with a key of the test's own. */
import { webcrypto } from "node:crypto";

interface Pack {
  keys: { kid: number; key_use: string; public_key: object }[];
  status_lists: string[];
}

const ES256 = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

export async function withOldLists<T extends Pack>(
  pack: T,
  days: number,
): Promise<T> {
  const pair = await webcrypto.subtle.generateKey(ES256, true, [
    "sign",
    "verify",
  ]);
  const public_key = await webcrypto.subtle.exportKey("jwk", pair.publicKey);
  const status_lists = await Promise.all(
    pack.status_lists.map(async (token) => {
      const [head = "", body = ""] = token.split(".");
      const claims = JSON.parse(Buffer.from(body, "base64url").toString()) as {
        iat: number;
      };
      const older = { ...claims, iat: claims.iat - days * 86_400 };
      const text = `${head}.${Buffer.from(JSON.stringify(older)).toString("base64url")}`;
      const signature = await webcrypto.subtle.sign(
        ES256,
        pair.privateKey,
        Buffer.from(text),
      );
      return `${text}.${Buffer.from(signature).toString("base64url")}`;
    }),
  );
  const keys = pack.keys.map((key) =>
    key.key_use === "status_list" ? { ...key, public_key } : key,
  );
  return { ...pack, keys, status_lists };
}
