import { isObject, parseJson } from '../json';
import type { Api } from './api';

/** Who a credential signs in as, as far as its token may tell. */
export interface User {
	readonly id?: string;
	readonly name?: string;
}

/** The signed-in user by `userinfo`; a client-credentials token may lack the scope that shows it (1.3, U20). */
export async function readUser(api: Api): Promise<User> {
	const { status, body } = await api.exchange({
		method: 'GET',
		path: '/services/oauth2/userinfo',
		repeatable: true,
		timeoutMs: 60_000,
	});
	const who = status === 200 ? parseJson(body) : undefined;
	const { user_id: id, preferred_username: name } = isObject(who) ? who : {};
	return { ...(isText(id) && { id }), ...(isText(name) && { name }) };
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
