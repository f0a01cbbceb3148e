export {
	isSalesforceId as isId,
	longSalesforceId as longId,
} from '../../core/conversion/salesforceId';
