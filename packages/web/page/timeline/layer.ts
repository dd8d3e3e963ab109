import { type Geometry, paint, type Scene } from './paint.ts'
import type { Theme } from './theme.ts'
import { spanOf, timeAt, type View, xOf } from './view.ts'

/** So much of what is looked at is painted on either side of it as well. */
const MARGIN = 0.5

interface Picture {
  scene: Scene
  geometry: Geometry
  theme: Theme
  /** All that is on it. */
  view: View
  /** Pixels of the screen for one of CSS. */
  ratio: number
}

/**
 * A picture of more time than is looked at. Panning moves it, which costs next to nothing, where painting takes
 * thousands of strokes. Labels at the edge of what is looked at move along until it is painted again.
 */
export function createLayer(): (
  target: CanvasRenderingContext2D,
  scene: Scene,
  geometry: Geometry,
  theme: Theme,
) => void {
  const canvas = document.createElement('canvas')
  const context = canvas.getContext('2d')
  let picture: Picture | null = null

  function paintAround(scene: Scene, geometry: Geometry, theme: Theme): Picture {
    const lanes = geometry.width - geometry.left
    const width = lanes * (1 + 2 * MARGIN)
    const view = {
      from: timeAt(-lanes * MARGIN, scene.view, lanes),
      to: timeAt(lanes * (1 + MARGIN), scene.view, lanes),
    }
    canvas.width = Math.round(width * devicePixelRatio)
    canvas.height = Math.round(geometry.height * devicePixelRatio)
    context?.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0)
    const wide = { ...geometry, left: 0, width, sightFrom: lanes * MARGIN }
    if (context !== null) paint(context, { ...scene, view }, wide, theme)
    return { scene, geometry, theme, view, ratio: devicePixelRatio }
  }

  return (target, scene, geometry, theme) => {
    const { width, height, left } = geometry
    if (picture === null || !holds(picture, scene, geometry, theme)) picture = paintAround(scene, geometry, theme)
    const lanes = width - left
    // In whole pixels of the screen, or all of it would be blurred.
    const x = Math.round(xOf(scene.view.from, picture.view, canvas.width))
    const [across, down] = [Math.round(lanes * devicePixelRatio), canvas.height]
    target.clearRect(0, 0, width, height)
    target.drawImage(canvas, x, 0, across, down, left, 0, lanes, height)
  }
}

/** Nothing is another but when is looked at, and that is on it. */
function holds(
  { scene, geometry, theme, view, ratio }: Picture,
  wanted: Scene,
  room: Geometry,
  colours: Theme,
): boolean {
  const span = spanOf(wanted.view)
  const pixel = span / (room.width - room.left)
  return (
    scene.data === wanted.data &&
    scene.probes === wanted.probes &&
    scene.selected === wanted.selected &&
    theme === colours &&
    ratio === devicePixelRatio &&
    Math.abs(scene.knownUntil - wanted.knownUntil) < pixel &&
    Math.abs(spanOf(scene.view) - span) < pixel / 2 &&
    wanted.view.from >= view.from &&
    wanted.view.to <= view.to &&
    geometry.width === room.width &&
    geometry.height === room.height &&
    geometry.scrollTop === room.scrollTop &&
    geometry.shape.row === room.shape.row
  )
}
