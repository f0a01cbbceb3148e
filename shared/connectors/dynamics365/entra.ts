/** What a person should do about an AADSTS code (dataverse 1.2). */
const WORDS: Readonly<Record<number, string>> = {
	7000215:
		'The client secret is wrong. Copy the secret’s Value (not its ID) from the app registration',
	7000222: 'The client secret has expired. Create a new one in the app registration',
	700016:
		'The application is not known in this tenant. Check the client ID and the tenant ID, and that an administrator consented',
	90002: 'The tenant is not known. Check the tenant ID and the cloud',
	500011:
		'The environment URL is not known to Microsoft Entra. Check it; it looks like https://yourorg.crm4.dynamics.com',
	70011: 'The environment URL does not form a valid scope. Enter it without a path',
	700027:
		'The certificate does not belong to the application. Upload its public part to the app registration',
	700024:
		'The sign-in was dated outside its valid time: the clock of the machine n8n runs on is wrong. Set the clock, best by a time server',
	50034: 'The tenant or account is not known. Check the tenant ID',
};

/** The AADSTS code of a refused token request, in words; undefined for codes we do not know. */
export const entraWords = (code: number | undefined): string | undefined =>
	code === undefined ? undefined : WORDS[code];

/** The first AADSTS code of an error's numbers or text. */
export function aadstsCode(errorNo: string, text: string): number | undefined {
	const found = /^\d+$/.test(errorNo) ? errorNo : /AADSTS(\d+)/.exec(text)?.[1];
	return found === undefined ? undefined : Number(found);
}
