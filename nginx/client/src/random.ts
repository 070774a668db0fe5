/** 128 random bits as text. (crypto.randomUUID exists only where the page came over TLS or from this machine.) */
export function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
