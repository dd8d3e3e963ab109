import { Readable } from 'node:stream'
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type Findings, noFindings, type Reading, readManifests, readSources } from '../src/index.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'portolan-manifests-'))
})

afterEach(() => rmSync(folder, { recursive: true }))

function write(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}

const plain: Reading = {
  stdin: () => {
    throw new Error('standard input was read')
  },
  check: 'portolan check -k kind.yaml -',
  render: null,
}

async function readAll(paths: string[], reading = plain) {
  const { sources, ...findings } = await readSources(paths, reading)
  const { services, workloads } = readManifests(sources, findings)
  return {
    names: sources.map(({ name }) => name.replace(`${folder}/`, '')),
    objects: [...services, ...workloads].map(({ kind, name }) => `${kind}/${name}`),
    ...within(findings),
  }
}

function within({ problems, notes }: Findings) {
  const short = (text: string) => text.replaceAll(folder, 'FOLDER')
  return {
    problems: problems.map(({ file, line, message }) => `${short(file)}:${line} ${short(message)}`),
    notes: notes.map(({ file, line, text }) => `${short(file)}:${line} ${short(text)}`),
  }
}

const service = (name: string) =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: {ports: [{port: 80}]}\n`
const deployment = (name: string) =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}}\nspec:\n  selector: {matchLabels: {app: a}}\n  template:\n    spec: {containers: []}\n`

describe('a folder', () => {
  test('is read with all below it, by name', async () => {
    write({
      'b.yaml': '# b',
      'a.yml': '# a',
      'sub/c.json': '{}',
      'notes.txt': 'x',
      '.git/d.yaml': 'x',
      'node_modules/e.yaml': '',
    })
    expect((await readAll([folder])).names).toEqual(['a.yml', 'b.yaml', 'sub/c.json'])
  })

  test.each([
    ['package.json', '{"name": "x", "version": "1"}'],
    ['tsconfig.json', '{\n  // strict\n  "compilerOptions": { "strict": true, }\n}'],
    ['list.json', '[1, {"kind": "x"}]'],
    ['values.yaml', 'replicas: 3\nimage: {tag: "{{ .Chart.AppVersion }}"}\n'],
    ['ci.yaml', 'on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n    - run: echo ${{ github.sha }}\n'],
    ['compose.yaml', 'services:\n  web: {image: i, ports: ["80:80"]}\n'],
    ['heredoc.yaml', 'run: |\n  cat <<E\n  apiVersion: v1\n  kind: Service\n  spec: [\n  E\n'],
    ['broken.yaml', 'a: [\n'],
    ['mkdocs.yaml', 'nav: !!python/name:x.y\nkind: a\n'],
    ['kind.yaml', 'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes:\n- role: worker\n'],
    ['crd.yaml', 'apiVersion: x.io/v1\nkind: Service\nspec: 3\n'],
  ])('%s in it is left out without a word', async (name, text) => {
    write({ [name]: text, 'web.yaml': service('web') })
    expect(await readAll([folder])).toMatchObject({ objects: ['Service/web'], problems: [], notes: [] })
  })

  test('a faulty object in it is a problem', async () => {
    write({ 'web.yaml': 'apiVersion: v1\nkind: Service\nspec: [\n' })
    expect((await readAll([folder])).problems).toHaveLength(1)
  })
})

describe('of a folder', () => {
  test('a link that stays in it is read, and one that leads out of it is left out with a note', async () => {
    write({ 'app/web.yaml': service('web'), 'app/sub/x.txt': service('sub'), 'secret.yaml': service('secret') })
    symlinkSync('sub/x.txt', join(folder, 'app/near.yaml'))
    symlinkSync('../secret.yaml', join(folder, 'app/far.yaml'))
    expect(await readAll([join(folder, 'app')])).toMatchObject({
      objects: ['Service/sub', 'Service/web'],
      problems: [],
      notes: ['FOLDER/app/far.yaml:1 This is a link that leads out of the folder. It is left out.'],
    })
  })

  test.each(['web.yaml', 'kustomization.yaml'])(
    '%s that is not a regular file is left out with a note',
    async (name) => {
      write({ 'sub/a.txt': '' })
      symlinkSync('sub', join(folder, name))
      expect(await readAll([folder])).toMatchObject({
        problems: [],
        notes: expect.arrayContaining([`FOLDER/${name}:1 This is not a regular file. It is left out.`]),
      })
    },
  )

  test('a file that is too large is left out with a note, and counts as unread', async () => {
    write({ 'web.yaml': service('web'), 'large.yaml': '' })
    truncateSync(join(folder, 'large.yaml'), 2 ** 25 + 1)
    const { sources, notes, unread, problems } = await readSources([folder], plain)
    expect(sources.map(({ name }) => name)).toEqual([join(folder, 'web.yaml')])
    expect(notes.map(({ text }) => text)).toEqual(['This is larger than 32 MiB. It is left out.'])
    expect(unread).toEqual([`the file ${join(folder, 'large.yaml')}`])
    expect(problems).toEqual([])
  })

  test('a folder below it that cannot be read is a problem of its own, and the rest is read', async () => {
    const deep = Array<string>(10).fill('d'.repeat(250)).join('/')
    mkdirSync(join(folder, 'a', deep), { recursive: true })
    mkdirSync(join(folder, 'b', deep), { recursive: true })
    write({ 'web.yaml': service('web') })
    // No path may be so long, so that the system refuses it to everyone.
    renameSync(join(folder, 'b'), join(folder, 'a', deep, 'b'))
    try {
      const { objects, problems } = await readAll([folder])
      expect(objects).toEqual(['Service/web'])
      expect(problems).toEqual([expect.stringMatching(/^FOLDER\/a\/d+.*\/b\/d.*:1 ENAMETOOLONG/)])
    } finally {
      renameSync(join(folder, 'a', deep, 'b'), join(folder, 'b'))
    }
  })
})

describe('a file that was named', () => {
  test('may be a link to anywhere', async () => {
    write({ 'web.yaml': service('web'), 'app/x.txt': '' })
    symlinkSync('../web.yaml', join(folder, 'app/link.yaml'))
    expect((await readAll([join(folder, 'app/link.yaml')])).objects).toEqual(['Service/web'])
  })

  test('and is too large is a problem', async () => {
    write({ 'large.yaml': '' })
    truncateSync(join(folder, 'large.yaml'), 2 ** 25 + 1)
    expect((await readAll([join(folder, 'large.yaml')])).problems).toEqual([
      'FOLDER/large.yaml:1 is larger than 32 MiB',
    ])
  })
})

test('a file that was named and holds no object is noted', async () => {
  write({ 'values.yaml': 'a: 1\n' })
  expect(await readAll([join(folder, 'values.yaml')])).toMatchObject({
    problems: [],
    notes: ['FOLDER/values.yaml:1 This holds no Kubernetes object.'],
  })
})

describe('a Helm chart', () => {
  const chart = { 'chart/Chart.yaml': 'name: c', 'chart/templates/x.yaml': 'a: {{ .b }}', 'web.yaml': service('web') }
  const command = 'helm template FOLDER/chart | portolan check -k kind.yaml -'

  test('that is met in a folder is left out, and noted with the command that renders it', async () => {
    write(chart)
    expect(await readAll([folder])).toMatchObject({
      objects: ['Service/web'],
      problems: [],
      notes: [`FOLDER/chart/Chart.yaml:1 This Helm chart is not rendered and left out. To check it: ${command}`],
    })
  })

  test('that was named is a problem', async () => {
    write(chart)
    expect((await readAll([join(folder, 'chart')])).problems).toEqual([
      `FOLDER/chart/Chart.yaml:1 this is a Helm chart, render it first: ${command}`,
    ])
  })

  test('has its folder as one word of the command, and not as an option', async () => {
    write({ 'a; touch b/Chart.yaml': 'name: c' })
    expect((await readAll([folder])).notes.join('')).toContain("helm template 'FOLDER/a; touch b' | portolan")
  })

  test('is read as it is rendered, where that is wanted; its objects have no lines of their own', async () => {
    write(chart)
    const { sources, ...findings } = await readSources([folder], {
      ...plain,
      render: () => Promise.resolve(service('made')),
    })
    const { services, places } = readManifests(sources, findings)
    expect(services.map(({ name }) => name)).toEqual(['web', 'made'])
    expect(places.get('Service/default/made')).toMatchObject({ line: 1 })
    expect(findings).toEqual(noFindings())
  })

  test('that cannot be rendered is a problem', async () => {
    write(chart)
    const render = () => Promise.reject(new Error('cannot be rendered: no'))
    expect(await readAll([folder], { ...plain, render })).toMatchObject({
      objects: ['Service/web'],
      problems: ['FOLDER/chart/Chart.yaml:1 cannot be rendered: no'],
    })
  })
})

describe('a kustomization', () => {
  const part = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 3}\n'
  const tree = {
    'base/kustomization.yaml': 'resources: [web.yaml]',
    'base/web.yaml': deployment('web'),
    'dev/kustomization.yaml': 'resources: [../base]\npatches: [{path: more.yaml}]\n',
    'dev/more.yaml': deployment('patched'),
  }

  test('is noted once for a base and what is made from it, and its patches are no objects', async () => {
    write(tree)
    const { objects, problems, notes } = await readAll([folder])
    expect({ objects, problems }).toEqual({ objects: ['Deployment/web'], problems: [] })
    expect(notes).toEqual([
      'FOLDER/dev/kustomization.yaml:1 This kustomization is not rendered, only its files are read. To check it: kubectl kustomize FOLDER/dev | portolan check -k kind.yaml -',
    ])
  })

  test.each([
    ['patchesStrategicMerge: [p.yaml]'],
    ['patchesJson6902: [{target: {kind: Service}, path: p.yaml}]'],
    ['patches: [{path: ./p.yaml}, {patch: "- op: add"}]'],
    ['replacements: [{path: p.yaml}]'],
    ['transformers: [p.yaml]'],
    ['configMapGenerator: [{name: c, files: [key=p.yaml]}]'],
  ])('takes no object for what it uses otherwise: %s', async (text) => {
    write({ 'kustomization.yml': text, 'p.yaml': service('part'), 'web.yaml': service('web') })
    expect(await readAll([folder])).toMatchObject({ objects: ['Service/web'], problems: [] })
  })

  test.each([
    ['beside it', 'part.yaml'],
    ['below it', 'patches/part.yaml'],
  ])('a part of an object %s is left out', async (_, name) => {
    write({ Kustomization: 'resources: []', [name]: part })
    expect(await readAll([folder])).toMatchObject({ objects: [], problems: [] })
  })

  test('a part of an object elsewhere is a faulty object', async () => {
    write({ 'part.yaml': part })
    expect((await readAll([folder])).problems).toHaveLength(1)
  })

  test('that is no YAML is noted all the same', async () => {
    write({ 'kustomization.yaml': 'resources: [', 'web.yaml': service('web') })
    expect(await readAll([folder])).toMatchObject({
      objects: ['Service/web'],
      problems: [],
      notes: [expect.any(String)],
    })
  })

  test('among files that were named counts as well', async () => {
    write(tree)
    const files = ['kustomization.yaml', 'more.yaml'].map((name) => join(folder, 'dev', name))
    expect(await readAll(files)).toMatchObject({
      objects: [],
      problems: [],
      notes: [expect.stringContaining('kustomize')],
    })
  })

  test('is read as it is rendered, where that is wanted, and its files are not', async () => {
    write({ ...tree, 'other.yaml': service('other') })
    const asked: string[] = []
    const render = (path: string, as: string) => {
      asked.push(`${as} ${path.replace(folder, 'FOLDER')}`)
      return Promise.resolve(deployment('made'))
    }
    expect(await readAll([folder], { ...plain, render })).toMatchObject({
      objects: ['Service/other', 'Deployment/made'],
      problems: [],
      notes: [],
    })
    expect(asked).toEqual(['kustomization FOLDER/dev'])
  })
})

describe('a template that has not been rendered', () => {
  const texts: [string, string][] = [
    ['in place of a map', 'apiVersion: v1\nkind: Service\nmetadata: {name: {{ .Values.name }}}\nspec: {}\n'],
    [
      'in place of a number',
      'apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  ports:\n  - port: {{ .Values.port }}\n',
    ],
    ['in quotes', 'apiVersion: v1\nkind: Service\nmetadata: {name: "{{ .Values.name }}"}\nspec: {}\n'],
    ['within a name', 'apiVersion: v1\nkind: Service\nmetadata:\n  name: my-{{ .Values.name }}\nspec: {}\n'],
    [
      'in quotes in place of a number',
      'apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: "{{ .Values.port }}"}]}\n',
    ],
    ['as a line', '{{- if .Values.on }}\napiVersion: v1\nkind: Service\nmetadata: {name: a}\n{{- end }}\n'],
    ['of Jinja', 'apiVersion: v1\nkind: Service\n{% if on %}\nmetadata: {name: a}\n{% endif %}\n'],
  ]

  test.each(texts)('%s is one problem of a file that was named', async (_, text) => {
    write({ 'chart/templates/web.yaml': `${text}---\n${text}` })
    expect(await readAll([join(folder, 'chart/templates/web.yaml')])).toMatchObject({
      problems: [
        expect.stringMatching(
          /has not been rendered: \{[{%].*Render it first: helm template FOLDER\/chart \| portolan check -k kind.yaml -$/,
        ),
      ],
    })
  })

  test.each(texts)('%s is one note of a file in a folder', async (_, text) => {
    write({ 'web.yaml': `${text}---\n${text}` })
    expect(await readAll([folder])).toMatchObject({
      problems: [],
      notes: [
        expect.stringMatching(/^FOLDER\/web.yaml:\d+ This file is a template.*helm template CHART \| portolan check/),
      ],
    })
  })

  test('is no object that has such an expression among its data', async () => {
    const data =
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  a: |\n    {{ $labels.instance }}\n  b: up {{ x }}\n'
    write({ 'web.yaml': `${service('web')}---\n${data}` })
    expect(await readAll([folder])).toMatchObject({ objects: ['Service/web'], problems: [], notes: [] })
  })
})

test('- stands for standard input', async () => {
  const { sources } = await readSources(['-'], { ...plain, stdin: () => Readable.from([Buffer.from('x')]) })
  expect(sources).toMatchObject([{ name: '-', text: 'x', from: 'user' }])
})

test('every file that is not there is reported', async () => {
  const { problems } = await readSources([join(folder, 'no'), join(folder, 'none')], plain)
  expect(problems.map(({ message }) => message)).toEqual(Array(2).fill('there is no such file or folder'))
})

test('what was not read is named, and what may change what was read', async () => {
  write({
    'chart/Chart.yaml': 'name: x\n',
    'base/kustomization.yaml': 'resources: [web.yaml]\nimages: [{name: a, newTag: b}]\n',
    'base/web.yaml': deployment('web'),
    'dev/kustomization.yaml': 'resources: [../base]\nreplicas: [{name: web, count: 0}]\n',
    'far/kustomization.yaml': 'resources: [https://example.org/all.yaml]\n',
    'tpl/web.yaml': service('{{ .Values.name }}'),
  })
  const { sources, ...findings } = await readSources([folder], plain)
  readManifests(sources, findings)
  const within = (names: string[]) => names.map((name) => name.replace(`${folder}/`, ''))
  expect(within(findings.unread)).toEqual([
    'the Helm chart chart',
    'the kustomization far/kustomization.yaml',
    'the template tpl/web.yaml',
  ])
  expect(within(findings.patching)).toEqual(['the kustomization dev/kustomization.yaml'])
})
