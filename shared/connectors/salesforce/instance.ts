import { SyncError } from '../../core/errors';
import { LIMITS } from './limits';

const LIGHTNING = /\.lightning\.(?:force\.com|crmforce\.mil|sfcrmapps\.cn)$/i;
const LOGIN = /^(?:login|test)\.salesforce\.com$/i;

/** The origin of an instance, from what a person or a token answer wrote: no path, no trailing slash (1.1, T12). */
export function instanceOrigin(text: string): string {
	const trimmed = text.trim();
	const withScheme = /^https?:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`;
	const url = trimmed !== '' && URL.canParse(withScheme) ? new URL(withScheme) : undefined;
	if (!url || url.username !== '') {
		throw new SyncError('config', `"${trimmed}" is not the URL of a Salesforce instance`, {
			hint: 'Enter the My Domain URL, such as https://yourcompany.my.salesforce.com (Setup → My Domain).',
		});
	}
	if (LIGHTNING.test(url.hostname)) {
		throw new SyncError('config', `${url.host} shows pages; the API does not answer there`, {
			hint: `Enter https://${url.hostname.replace(/\.lightning\..*$/i, '')}.my.salesforce.com instead (Setup → My Domain).`,
		});
	}
	if (LOGIN.test(url.hostname)) {
		throw new SyncError(
			'config',
			`${url.host} only signs in; it is not where records are written`,
			{
				hint: 'Enter the My Domain URL, such as https://yourcompany.my.salesforce.com (Setup → My Domain).',
			},
		);
	}
	return url.origin;
}

/** A version such as `66.0` from what was chosen; below the floor updates could create records (contract head). */
export function apiVersion(text: string = LIMITS.apiVersion): string {
	const number = Number(text.trim().replace(/^v/i, ''));
	if (Number.isInteger(number) && number >= LIMITS.lowestVersion && number < 1000) {
		return `${number}.0`;
	}
	throw new SyncError(
		'config',
		`"${text}" is not a version of the Salesforce API this node can use`,
		{
			hint: `Use ${LIMITS.apiVersion} or another one from ${LIMITS.lowestVersion}.0 on.`,
		},
	);
}
