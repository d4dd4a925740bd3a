/** A domain name in canonical form: A-labels, lower case, absolute, with the final dot. */
export type Name = string & { readonly [brand]: 'Name' };
declare const brand: unique symbol;
