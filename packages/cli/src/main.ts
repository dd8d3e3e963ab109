#!/usr/bin/env node
import { guardProcess } from './guard-process.ts'
import { runCommandLine } from './program.ts'

guardProcess()
process.exitCode = await runCommandLine(process.argv.slice(2))
