export { pipeline } from './pipeline.js';
export { verify } from './verify.js';
