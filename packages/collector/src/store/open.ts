import type { OnDamaged } from './damage.ts'
import { openPostgresReader, openPostgresStore, unusableDatabase } from './postgres/open.ts'
import { isDatabaseUrl, readDatabasePlace } from './postgres/place.ts'
import * as sqlite from './sqlite/open.ts'
import { RETENTION, type Retention, type Store, type StoreReader } from './store.ts'

/**
 * Opens the store to write, and keeps every other writer out for as long as it is open.
 *
 * @param place a file, made where it does not exist, `:memory:`, or the address of a PostgreSQL database
 * @param onDamaged is called for each row that is left out, whenever it is
 * @throws {PortolanError} store_unusable with what to do
 */
export function openStore(
  place: string,
  retention: Retention = RETENTION,
  onDamaged: OnDamaged = () => {},
): Promise<Store> {
  return isDatabaseUrl(place)
    ? openPostgresStore(place, retention, onDamaged)
    : sqlite.openStore(place, retention, onDamaged)
}

/**
 * Opens the store of a Portolan that runs, or ran, to read.
 *
 * @param onDamaged is called for each row that is left out, whenever it is
 * @param mostBytes how long the bodies that one query reads may be together; it throws TooMuch beyond. Any length by default
 * @throws {PortolanError} store_unusable with what to do
 */
export function openStoreReader(place: string, onDamaged: OnDamaged = () => {}, mostBytes?: number): StoreReader {
  return isDatabaseUrl(place)
    ? openPostgresReader(place, onDamaged, mostBytes)
    : sqlite.openStoreReader(place, onDamaged, mostBytes)
}

/** Whether the store is a file of this machine, which others may delete or replace. */
export function isStoreFile(place: string): boolean {
  return place !== ':memory:' && !isDatabaseUrl(place)
}

/** Where a store is, for people: it names no password. */
export function shownStore(place: string): string {
  return isDatabaseUrl(place) ? readDatabasePlace(place).shown : place
}

/** @returns what to do about an error of the store's database; any other error as it is */
export function unusable(error: unknown, place: string): unknown {
  return isDatabaseUrl(place) ? unusableDatabase(error, shownStore(place)) : sqlite.unusable(error, place)
}
