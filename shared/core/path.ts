/** Single lodash functions, and nothing else of lodash. */
export { default as get } from 'lodash/get';
export { default as toPath } from 'lodash/toPath';
