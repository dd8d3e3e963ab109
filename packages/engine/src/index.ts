export { createEngineWatch, type EngineWatch, type EngineWatchOptions } from './engine-watch.ts'
