/** What an error may carry beside its text. */
export interface ErrorExtras {
	readonly headers?: Readonly<Record<string, string>>;
	/** Shown only when the request asked for annotations (dataverse contract 5.1). */
	readonly annotations?: Readonly<Record<string, unknown>>;
	/** Members of `error` shown in any case. */
	readonly members?: Readonly<Record<string, unknown>>;
}

/** A refusal in the server's own words. */
export class ODataError extends Error {
	constructor(
		readonly status: number,
		readonly code: string,
		message: string,
		readonly extras: ErrorExtras = {},
	) {
		super(message);
	}
}

/** 400 `0x80048d19`: the sentence that helps stands behind `InnerException` (contract 5.1). */
export function payloadError(
	set: string,
	sentence: string,
	code = '0x80048d19',
	exception = 'Microsoft.OData.ODataException',
): ODataError {
	const message =
		`Error identified in Payload provided by the user for Entity :'${set}', For more information on this ` +
		`error please follow this help link https://go.microsoft.com/fwlink/?linkid=2195293  ---->  ` +
		`InnerException : ${exception}: ${sentence}\r\n   at Microsoft.OData.JsonLight.` +
		`ODataJsonLightResourceDeserializer.ReadPropertyWithoutValue()\r\n   at Microsoft.Crm.Extensibility.` +
		`ODataV4.CrmODataEntityDeserializer.Read()`;
	return new ODataError(400, code, message);
}

/** 400 for a name the URL uses and the type has not; the code is U-09. */
export function unknownUrlProperty(name: string, type: string, switched: string): ODataError {
	return new ODataError(
		400,
		switched === '0x0' ? '0x0' : '0x80060888',
		`Could not find a property named '${name}' on type 'Microsoft.Dynamics.CRM.${type}'.`,
	);
}

/** 404 `0x8006088a`: names of entity sets, functions and actions are case-sensitive (S-06). */
export function unknownSegment(segment: string): ODataError {
	return new ODataError(404, '0x8006088a', `Resource not found for the segment '${segment}'.`);
}

/** A query the server cannot read. */
export function badQuery(message: string): ODataError {
	return new ODataError(400, '0x80060888', message);
}

/** Something Dataverse has and this stand-in has not: said plainly, never imitated. */
export function notBuilt(what: string): ODataError {
	return new ODataError(501, '0x80040315', `This stand-in does not implement ${what}.`);
}
