export { buildPage, PAGE_SOURCES } from './build.ts'
export { loadPage, type Page, type PageFile, PAGE_PATHS, PAGE_POLICY } from './page.ts'
