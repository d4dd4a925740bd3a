import { type JSX } from 'preact';
import { type Status } from '../../view/status/status.ts';
import { plainText } from '../model/text.ts';

/** A domain; one in another script never without what DNS has, since letters of several scripts look alike. */
export const Domain = ({ domain, unicode }: Pick<Status, 'domain' | 'unicode'>): JSX.Element =>
  unicode === null ? (
    <>{plainText(domain, 260)}</>
  ) : (
    <>
      <bdi>{plainText(unicode, 260)}</bdi>{' '}
      <span class="domain-ascii">({plainText(domain, 260)})</span>
    </>
  );
