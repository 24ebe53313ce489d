/** The part of the Host's contract about signatures, made and checked by OpenSSH (`ssh-keygen -Y`), so offline; to be imported from host.ts. */
import type {Result} from '../base/result.ts';

/** A private key as OpenSSH writes it: a file, or its text where it comes from a variable. It must have no passphrase, or an agent that holds it. */
export type SigningKey = {readonly file: string} | {readonly text: string};

export interface Signed {
  /** Who signed, as the file of allowed signers names them. */
  readonly principal: string;
  /** `SHA256:...` of the key. */
  readonly fingerprint: string;
}

export interface Signatures {
  /**
   * @param namespace what the signature is for, such as `mlp-bundle`: one made for something else is not accepted.
   * @returns the armoured signature, or why there is none. Ed25519 keys sign the same text in the same way each time.
   */
  sign(text: string, namespace: string, key: SigningKey): Promise<Result<string, string>>;
  /**
   * @param allowedSigners path of a file as `ssh-keygen(1)` describes it under ALLOWED SIGNERS.
   * @returns who signed this very text, or why that cannot be said.
   */
  verify(text: string, namespace: string, signature: string, allowedSigners: string): Promise<Result<Signed, string>>;
  /** The key that made a signature of this very text, whoever holds it. @returns `SHA256:...`, or what is wrong */
  fingerprint(text: string, namespace: string, signature: string): Promise<Result<string, string>>;
}
