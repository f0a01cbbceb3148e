/** One operation inside a multipart request. */
export interface LoggedPart {
	readonly method: string;
	readonly url: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string;
	readonly status: number;
}

/** One HTTP exchange as the server saw it; status 0 stands for an answer that was never sent. */
export interface LoggedRequest {
	readonly method: string;
	readonly url: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string;
	parts?: LoggedPart[];
	status: number;
}

const SECRET_FORM_FIELDS =
	/\b(client_secret|client_assertion|assertion|password|refresh_token|code_verifier|token)=[^&]*/g;
const SECRET_PARAMETERS = /([?&](?:oauth_token|access_token)=)[^&]*/g;

/** Secrets never reach a log, not even a stand-in's: a failing test prints it. */
export function logged(request: Omit<LoggedRequest, 'status'>): LoggedRequest {
	const headers = { ...request.headers };
	if (headers.authorization !== undefined) {
		headers.authorization = headers.authorization.replace(/ .*/s, ' ***');
	}
	return {
		method: request.method,
		url: request.url.replace(SECRET_PARAMETERS, '$1***'),
		headers,
		body: request.body.replace(SECRET_FORM_FIELDS, '$1=***'),
		status: 0,
	};
}
