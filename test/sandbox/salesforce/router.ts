import { bulkRoutes } from './bulk';
import { changeRoutes } from './changes';
import { collectionRoutes } from './collections';
import { errorAnswer } from './errorAnswer';
import { limitRoutes } from './limits';
import { metadataRoutes } from './metadata';
import type { ApiRequest, ApiResponse, Route, Session } from './org';
import { json, root } from './org';
import { queryRoutes } from './query';
import { Refusal, badRequest, notFound } from './refusal';
import { retrieveRoutes } from './retrieve';
import { rowRoutes } from './rows';

const resources: Route = {
	method: 'GET',
	path: /^$/,
	handle: (session) =>
		json(
			200,
			Object.fromEntries(
				['composite', 'jobs', 'limits', 'query', 'queryAll', 'sobjects'].map((name) => [
					name,
					`${root(session)}/${name}`,
				]),
			),
		),
};

/** Everything below `/services/data/vNN.0`; the first route whose method and path fit answers. */
const routes: readonly Route[] = [
	resources,
	...limitRoutes,
	...queryRoutes,
	...metadataRoutes,
	...changeRoutes,
	...collectionRoutes,
	...retrieveRoutes,
	...rowRoutes,
	...bulkRoutes,
];

function decode(part: string | undefined): string {
	try {
		return decodeURIComponent(part ?? '');
	} catch {
		throw badRequest('MALFORMED_QUERY', `Malformed percent-encoding in the URL: ${part}`);
	}
}

function serve(session: Session, path: string, request: Omit<ApiRequest, 'params'>): ApiResponse {
	const found = routes.filter((route) => route.path.test(path));
	if (found.length === 0) throw notFound();
	const route = found.find(({ method }) => method === request.method);
	if (route === undefined) {
		const allowed = found.map(({ method }) => method).join(',');
		throw new Refusal(
			405,
			'METHOD_NOT_ALLOWED',
			`HTTP Method '${request.method}' not allowed. Allowed are ${allowed}`,
		);
	}
	const [, ...groups] = route.path.exec(path) ?? [];
	return route.handle(session, { ...request, params: groups.map(decode) });
}

/** Serves a request of a signed-in caller; `path` is what stands behind the version. */
export function serveApi(
	session: Session,
	path: string,
	request: Omit<ApiRequest, 'params'>,
): ApiResponse {
	try {
		// A trailing slash is optional everywhere (S5).
		return serve(session, path.replace(/\/$/, ''), request);
	} catch (error) {
		if (error instanceof Refusal) return errorAnswer(error);
		throw error;
	}
}
