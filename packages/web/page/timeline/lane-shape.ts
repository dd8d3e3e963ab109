/** How high the parts of a row are, in CSS pixels. */
export interface LaneShape {
  row: number
  reach: number
  placement: number
  /** Room for the name above the lane, where there is none at its left. */
  nameAbove: number
}

const LEAST = 46
const MOST = 240
const NAME = 18

/** Few rows are drawn higher than many. */
export function laneShape(rows: number, height: number, narrow: boolean): LaneShape {
  const nameAbove = narrow ? NAME : 0
  const row = Math.floor(Math.min(MOST, Math.max(LEAST, height / Math.max(1, rows) - nameAbove)))
  return { row: row + nameAbove, ...partsOf(row), nameAbove }
}

export function partsOf(row: number): Pick<LaneShape, 'reach' | 'placement'> {
  const spare = row - LEAST
  return { reach: Math.round(18 + spare * 0.42), placement: Math.round(13 + spare * 0.18) }
}
