/** Behind the `#` no browser sends it to a server, and so none logs it (RFC 9110 4.2.5). */
export const sharePath = (secret: string): string => `/share#${secret}`;
