/** What stands before a host: a name and a password, which go up to the last @ in front of the path. */
const USERINFO = /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/?#]*@/gi;
/** Query and fragment of a URL: up to the next blank, since whoever wrote it may have escaped nothing. */
const BEHIND = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s?#]*)[?#]\S*/gi;
/** A path with a query and no host before it, as servers name what was asked of them. */
const BARE = /(\/[^\s?]*)\?[^\s=]*=\S*/g;

/**
 * Words of a library or of a service without what its URLs may keep secret: signatures and tokens stand in
 * queries, passwords before the host (RFC 3986 3.2.1). Every word of others goes through here.
 */
export const withoutUrlSecrets = (text: string): string =>
  text.replace(USERINFO, '$1‹hidden›@').replace(BEHIND, '$1?‹hidden›').replace(BARE, '$1?‹hidden›');
