import type { IngestJob } from './bulkIngest';
import { ingestJobs } from './bulkIngest';
import type { JobRequest } from './bulkJob';
import { newJob, readFormat, readJobRequest, requiredText } from './bulkJob';
import { wrongState } from './bulkStates';
import { bulkUsage } from './bulkUsage';
import { visibleObject } from './fieldSecurity';
import type { ObjectType, WriteOperation } from './model';
import type { ApiRequest, Session } from './org';
import { Refusal, badRequest } from './refusal';

const OPERATIONS: readonly WriteOperation[] = [
	'insert',
	'update',
	'upsert',
	'delete',
	'hardDelete',
];

const MEMBERS = [
	'object',
	'operation',
	'externalIdFieldName',
	'contentType',
	'columnDelimiter',
	'lineEnding',
];

// From this version on a job may name an assignment rule (4.4).
const ASSIGNMENT_VERSION = 49;

function readObject({ org }: Session, request: JobRequest): ObjectType {
	const name = requiredText(request, 'object');
	const object = visibleObject(org, name);
	if (object === undefined) {
		throw badRequest('INVALIDENTITY', `The entity '${name}' is not found.`);
	}
	if (object.bulk) return object;
	throw badRequest('INVALIDENTITY', `Entity '${object.name}' is not supported by the Bulk API.`);
}

function readOperation({ org }: Session, request: JobRequest): WriteOperation {
	const name = requiredText(request, 'operation');
	const operation = OPERATIONS.find((each) => each === name);
	if (operation === undefined) {
		throw badRequest('INVALIDOPERATION', `operation must be one of ${OPERATIONS.join(', ')}.`);
	}
	if (operation === 'hardDelete' && !org.permissions.hardDelete) {
		throw badRequest(
			'FEATURENOTENABLED',
			'The hardDelete operation requires a special permission; please contact your administrator.',
		);
	}
	return operation;
}

/** The key of an upsert: `Id`, an external id, or a field such as an e-mail address that finds rows. */
function readKey(request: JobRequest, object: ObjectType): string {
	const name = requiredText(request, 'externalIdFieldName');
	const field = object.fields.get(name.toLowerCase());
	const isKey = field !== undefined && (field.type === 'id' || field.externalId || field.idLookup);
	if (isKey) return field.name;
	throw badRequest(
		'INVALIDJOB',
		`The field '${name}' of ${object.name} is not an external id and cannot be matched on.`,
	);
}

/** The `Sforce-Auto-Assign` header: a rule id, or on unless it says FALSE (4.7). */
function autoAssign(header: string | undefined): boolean | string {
	if (header === undefined || /^true$/i.test(header)) return true;
	return /^false$/i.test(header) ? false : header;
}

/** Rules run when the job names one; headers count only by U3. */
function readRowOptions(session: Session, request: ApiRequest, ruleId: string | undefined) {
	if (!session.org.switches.bulkHonoursHeaders) return { autoAssign: ruleId ?? false };
	const duplicates = request.headers['sforce-duplicate-rule-header'] ?? '';
	return {
		autoAssign: ruleId ?? autoAssign(request.headers['sforce-auto-assign']),
		allowSave: /\ballowSave\s*=\s*true\b/i.test(duplicates),
	};
}

/** Step 1: the job, open and empty. */
export function createIngestJob(session: Session, request: ApiRequest): IngestJob {
	const { org, version } = session;
	const extra = version < ASSIGNMENT_VERSION ? [] : ['assignmentRuleId'];
	const wanted = readJobRequest(request, [...MEMBERS, ...extra]);
	const object = readObject(session, wanted);
	const operation = readOperation(session, wanted);
	const externalIdField = operation === 'upsert' ? readKey(wanted, object) : undefined;
	const assignmentRuleId =
		wanted.assignmentRuleId === undefined ? undefined : requiredText(wanted, 'assignmentRuleId');
	const format = readFormat(wanted);
	if (bulkUsage(org).batchesLeft === 0) {
		throw badRequest('LIMIT_EXCEEDED', 'ApiBatchItems Limit exceeded.');
	}
	return ingestJobs(org).add({
		...newJob(session, format, 'Open'),
		object,
		operation,
		externalIdField,
		assignmentRuleId,
		rowOptions: readRowOptions(session, request, assignmentRuleId),
		outcomes: [],
	});
}

const MAX_BASE64_BYTES = 150_000_000;
const MAX_RAW_BYTES = 100_000_000;

/** Is an upload of so many bytes over the ceiling? U10 says which one holds. */
export function isTooLarge(bytes: number, unit: 'base64' | 'raw'): boolean {
	return unit === 'raw' ? bytes > MAX_RAW_BYTES : Math.ceil(bytes / 3) * 4 > MAX_BASE64_BYTES;
}

/** Step 2: the whole CSV in one request, once (T17). */
export function uploadContent(session: Session, job: IngestJob, request: ApiRequest): void {
	if (!/^text\/csv\b/i.test(request.headers['content-type'] ?? '')) {
		throw new Refusal(415, 'UNSUPPORTED_MEDIA_TYPE', 'Content-Type must be text/csv.');
	}
	if (job.state !== 'Open') {
		throw wrongState(`Data cannot be uploaded to a job in state ${job.state}.`);
	}
	if (job.upload !== undefined) {
		throw wrongState('Data has already been uploaded to this job.');
	}
	if (isTooLarge(Buffer.byteLength(request.body), session.org.switches.bulkMaxBytes)) {
		throw badRequest('EXCEEDED_MAX_SIZE_REQUEST', 'The upload exceeds the maximum size of a job.');
	}
	job.upload = request.body;
	job.modifiedAt = session.org.clock.now();
}
