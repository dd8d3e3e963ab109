import { describe, expect, test } from '@jest/globals'
import { isForbidden, isLoopback, isSpecial } from '../../src/model/address.ts'

const METADATA = [
  ['written plainly', '169.254.169.254'],
  ['mapped (::ffff:0:0/96)', '::ffff:169.254.169.254'],
  ['mapped, in hexadecimal', '0:0:0:0:0:FFFF:A9FE:A9FE'],
  ['compatible (::/96)', '::169.254.169.254'],
  ['translated (::ffff:0:0:0/96)', '::ffff:0:169.254.169.254'],
  ['of NAT64 (64:ff9b::/96)', '64:ff9b::a9fe:a9fe'],
  ['of a NAT64 of its own (64:ff9b:1::/48)', '64:ff9b:1::169.254.169.254'],
  ['of 6to4 (2002::/16)', '2002:a9fe:a9fe::1'],
  ['of Teredo (2001::/32)', '2001:0:4136:e378:8000:63bf:5601:5601'],
] as const

test.each(METADATA)('the credentials of a cloud are asked for at no address %s', (_, address) =>
  expect([isForbidden(address), isSpecial(address)]).toEqual([true, true]),
)

test.each(['fd00:ec2::254', 'FD00:0EC2:0::0254', 'fd20:ce::254', '168.63.129.16', '100.100.100.200'])(
  'metadata that is not link-local is forbidden as well: %s',
  (address) => expect(isForbidden(address)).toBe(true),
)

test.each([
  '0.0.0.0',
  '0.1.2.3',
  '224.0.0.1',
  '239.255.255.255',
  '255.255.255.255',
  '::',
  'fe80::1',
  'febf::1',
  'ff02::1',
])('no machine is at %s', (address) => expect([isForbidden(address), isSpecial(address)]).toEqual([true, true]))

describe('an address of a machine', () => {
  test.each([
    '10.0.0.1',
    '172.18.0.3',
    '192.168.1.1',
    '127.0.0.1',
    '::1',
    'fc00::3',
    '2001:db8::1',
    '169.253.1.1',
    '100.64.0.1',
  ])('is not forbidden: %s', (address) => expect([isForbidden(address), isSpecial(address)]).toEqual([false, false]))

  test.each(['::ffff:10.0.0.1', '64:ff9b::a00:1', '2002:a00:1::1'])(
    'of IPv4 within one of IPv6 is not forbidden, and tells no machine apart: %s',
    (address) => expect([isForbidden(address), isSpecial(address)]).toEqual([false, true]),
  )
})

test.each(['127.0.0.1', '127.9.9.9', '::1', '0:0:0:0:0:0:0:1', '::ffff:127.0.0.1'])(
  '%s is of the machine itself',
  (address) => expect(isLoopback(address)).toBe(true),
)

test.each(['64:ff9b::7f00:1', '2002:7f00:1::', '::127.0.0.1'])(
  'what holds loopback and is of another machine is forbidden, and is no loopback: %s',
  (address) => expect([isLoopback(address), isForbidden(address)]).toEqual([false, true]),
)

test.each(['127.evil.example', '127.0.0.1.example', '127.0.0.256', 'localhost', '10.0.0.1', '::2', ''])(
  '%s is not an address of the machine itself',
  (address) => expect(isLoopback(address)).toBe(false),
)
