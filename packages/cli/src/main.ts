#!/usr/bin/env node
import { guardProcess, leave } from './guard-process.ts'
import { runCommandLine } from './program.ts'

guardProcess()
await leave(await runCommandLine(process.argv.slice(2)))
