/**
 * For `node`: what a service may keep. Left to itself V8 collects so late on a machine with much memory that a service
 * takes half as much again, without being faster. The old generation holds some 80 MB in normal work.
 */
export const heapFlags = ['--max-old-space-size=400', '--max-semi-space-size=16'];
