export * from './clock.ts'
export * from './log.ts'
export { settled } from './settled.ts'
export { temporaryFolder } from './temporary-folder.ts'
