/** Something in a file that keeps it from being read. Lines count from 1. */
export interface Problem {
  file: string
  line: number
  message: string
}
