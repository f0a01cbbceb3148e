import { isHidden, isReadOnly } from './fieldSecurity';
import type { Field, FieldType, ObjectType } from './model';
import type { Session } from './org';
import { root } from './org';

type Json = Record<string, unknown>;

function urlsOf(session: Session, { name }: ObjectType): Record<string, string> {
	const sobject = `${root(session)}/sobjects/${name}`;
	return { sobject, describe: `${sobject}/describe`, rowTemplate: `${sobject}/{ID}` };
}

const summary = (session: Session, object: ObjectType): Json => ({
	activateable: false,
	createable: object.createable,
	custom: object.custom,
	customSetting: object.customSetting,
	deletable: object.deletable,
	deprecatedAndHidden: object.deprecatedAndHidden,
	feedEnabled: false,
	hasSubtypes: false,
	isInterface: false,
	isSubtype: false,
	keyPrefix: object.keyPrefix,
	label: object.label,
	labelPlural: object.labelPlural,
	layoutable: !object.setup,
	mergeable: false,
	mruEnabled: !object.setup,
	name: object.name,
	queryable: object.queryable,
	replicateable: object.replicateable,
	retrieveable: true,
	searchable: true,
	triggerable: true,
	undeletable: object.deletable,
	updateable: object.updateable,
	urls: urlsOf(session, object),
});

const visible = ({ org }: Session) =>
	org.schema.objects.filter(({ name }) => !org.permissions.hiddenObjects.has(name));

/** `GET /sobjects`. */
export const describeGlobal = (session: Session): Json => ({
	encoding: 'UTF-8',
	maxBatchSize: 200,
	sobjects: visible(session).map((object) => summary(session, object)),
});

const SOAP: Partial<Record<FieldType, string>> = {
	id: 'tns:ID',
	reference: 'tns:ID',
	boolean: 'xsd:boolean',
	int: 'xsd:int',
	double: 'xsd:double',
	currency: 'xsd:double',
	percent: 'xsd:double',
	date: 'xsd:date',
	datetime: 'xsd:dateTime',
	time: 'xsd:time',
	base64: 'xsd:base64Binary',
	address: 'urn:address',
};

function describeField(field: Field, readOnly: boolean): Json {
	const grouped = field.type !== 'address' && field.length <= 255;
	return {
		aggregatable: grouped,
		autoNumber: field.autoNumber !== undefined,
		byteLength: field.length * (field.type === 'reference' || field.type === 'id' ? 1 : 3),
		calculated: field.formula !== undefined,
		calculatedFormula: field.formula ?? null,
		cascadeDelete: false,
		caseSensitive: field.caseSensitive,
		compoundFieldName: field.compoundFieldName ?? null,
		controllerName: null,
		createable: field.createable && !readOnly,
		custom: field.custom,
		defaultValue: field.type === 'boolean' ? (field.initial ?? false) : null,
		defaultValueFormula: null,
		defaultedOnCreate: field.defaultedOnCreate,
		dependentPicklist: false,
		deprecatedAndHidden: false,
		digits: field.digits,
		displayLocationInDecimal: false,
		encrypted: false,
		externalId: field.externalId,
		extraTypeInfo: field.type === 'textarea' ? 'plaintextarea' : null,
		filterable: field.filterable,
		filteredLookupInfo: null,
		groupable: grouped,
		highScaleNumber: false,
		htmlFormatted: field.htmlFormatted,
		idLookup: field.idLookup,
		inlineHelpText: null,
		label: field.label,
		length: field.length,
		mask: null,
		maskType: null,
		name: field.name,
		nameField: field.name === 'Name',
		namePointing: field.referenceTo.length > 1,
		nillable: field.nillable,
		permissionable: field.createable && field.nillable,
		picklistValues: field.picklistValues.map((each) => ({ ...each, validFor: null })),
		polymorphicForeignKey: field.referenceTo.length > 1,
		precision: field.precision,
		queryByDistance: false,
		referenceTargetField: null,
		referenceTo: field.referenceTo,
		relationshipName: field.relationshipName ?? null,
		relationshipOrder: null,
		restrictedDelete: false,
		restrictedPicklist: field.restrictedPicklist,
		scale: field.scale,
		searchPrefilterable: field.type === 'reference',
		soapType: SOAP[field.type] ?? 'xsd:string',
		sortable: field.filterable,
		type: field.type,
		unique: field.unique,
		updateable: field.updateable && !readOnly,
		writeRequiresMasterRead: false,
	};
}

/** `developerName` by U13. */
function recordTypesOf(session: Session, object: ObjectType): Json[] {
	const named = session.org.switches.rtDeveloperName === 'v43' && session.version >= 43;
	const [first] = object.recordTypes;
	return object.recordTypes.map((type) => ({
		active: true,
		available: true,
		defaultRecordTypeMapping: type === first,
		...(named ? { developerName: type.developerName } : {}),
		master: type.master,
		name: type.name,
		recordTypeId: type.id,
		urls: {
			layout: `${root(session)}/sobjects/${object.name}/describe/layouts/${type.id}`,
		},
	}));
}

function childRelationships(session: Session, object: ObjectType): Json[] {
	return visible(session).flatMap((child) =>
		[...child.fields.values()]
			.filter(({ referenceTo }) => referenceTo.includes(object.name))
			.map((field) => ({
				cascadeDelete: false,
				childSObject: child.name,
				deprecatedAndHidden: child.deprecatedAndHidden,
				field: field.name,
				junctionIdListNames: [],
				junctionReferenceTo: [],
				relationshipName: null,
				restrictedDelete: false,
			})),
	);
}

/** `GET /sobjects/{Obj}/describe`: a field hidden from the user is not there (S8). */
export function describeObject(session: Session, object: ObjectType): Json {
	const { org } = session;
	return {
		...summary(session, object),
		childRelationships: childRelationships(session, object),
		fields: [...object.fields.values()]
			.filter((field) => !isHidden(org, object, field))
			.map((field) => describeField(field, isReadOnly(org, object, field))),
		recordTypeInfos: recordTypesOf(session, object),
	};
}

/** `GET /sobjects/{Obj}`. */
export const objectInfo = (session: Session, object: ObjectType): Json => ({
	objectDescribe: summary(session, object),
	recentItems: [],
});
