import { pan, spanOf, timeAt, type View, zoom } from './view.ts'

export interface GestureTarget {
  view(): View
  /** Of the lanes alone: where they begin and how wide they are. */
  lanes(): { left: number; width: number }
  /** All rows fit: then the wheel has nothing to scroll and zooms. */
  fits(): boolean
  onView(view: View): void
  onHover(x: number | null, y: number): void
  onClick(x: number, y: number): void
}

const CLICK_PX = 4

/** Wheel, drag and pinch. @returns how to let go of the element */
export function listenToGestures(element: HTMLElement, target: GestureTarget): () => void {
  const pointers = new Map<number, { x: number; y: number }>()
  let travelled = 0

  const timeUnder = (clientX: number) => {
    const { left, width } = target.lanes()
    return timeAt(clientX - element.getBoundingClientRect().left - left, target.view(), width)
  }
  const msPerPixel = () => spanOf(target.view()) / target.lanes().width
  const inside = (event: PointerEvent) => {
    const box = element.getBoundingClientRect()
    return [event.clientX - box.left, event.clientY - box.top] as const
  }

  function wheel(event: WheelEvent): void {
    const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey
    const zooms = event.ctrlKey || event.metaKey || (!sideways && target.fits())
    if (!zooms && !sideways) return
    event.preventDefault()
    const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1
    if (zooms)
      return target.onView(zoom(target.view(), Math.exp(event.deltaY * pixels * 0.0015), timeUnder(event.clientX)))
    target.onView(pan(target.view(), (event.deltaX || event.deltaY) * pixels * msPerPixel()))
  }

  function down(event: PointerEvent): void {
    if (event.button !== 0) return
    if (pointers.size === 0) travelled = 0
    pointers.set(event.pointerId, { x: event.clientX, y: event.clientY })
    element.setPointerCapture(event.pointerId)
  }

  function move(event: PointerEvent): void {
    const before = pointers.get(event.pointerId)
    if (before === undefined) {
      if (event.pointerType === 'mouse') target.onHover(...inside(event))
      return
    }
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1]
    const dx = event.clientX - before.x
    travelled += Math.abs(dx) + Math.abs(event.clientY - before.y)
    if (other === undefined) {
      if (travelled > CLICK_PX) target.onView(pan(target.view(), -dx * msPerPixel()))
    } else {
      const ratio = Math.max(20, Math.abs(before.x - other.x)) / Math.max(20, Math.abs(event.clientX - other.x))
      target.onView(zoom(target.view(), ratio, timeUnder(other.x)))
    }
    pointers.set(event.pointerId, { x: event.clientX, y: event.clientY })
    target.onHover(null, 0)
  }

  function up(event: PointerEvent): void {
    if (!pointers.delete(event.pointerId)) return
    if (travelled <= CLICK_PX && event.type === 'pointerup') target.onClick(...inside(event))
  }

  const leave = () => target.onHover(null, 0)
  element.addEventListener('wheel', wheel, { passive: false })
  element.addEventListener('pointerdown', down)
  element.addEventListener('pointermove', move)
  element.addEventListener('pointerup', up)
  element.addEventListener('pointercancel', up)
  element.addEventListener('pointerleave', leave)
  return () => {
    element.removeEventListener('wheel', wheel)
    element.removeEventListener('pointerdown', down)
    element.removeEventListener('pointermove', move)
    element.removeEventListener('pointerup', up)
    element.removeEventListener('pointercancel', up)
    element.removeEventListener('pointerleave', leave)
  }
}
