import { jest } from '@jest/globals'
import { type ExitCode, PortolanError } from '@portolan/core'
import { Command } from 'commander'
import { defineCheck } from '../../src/commands/check.ts'

/** Runs `portolan check` with these words, and catches what it prints. */
export async function runCheck(words: string[]): Promise<{ output: string; exitCode: ExitCode | null }> {
  let exitCode: ExitCode | null = null
  let output = ''
  const command = new Command('check').argument('[manifests...]').exitOverride()
  defineCheck(command, (code) => {
    exitCode = code
  })
  const print = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    output += String(text)
    return true
  })
  try {
    await command.parseAsync(words, { from: 'user' })
    return { output, exitCode }
  } catch (error) {
    if (error instanceof PortolanError) return { output: error.message, exitCode: error.exitCode }
    throw error
  } finally {
    print.mockRestore()
  }
}
