import 'fake-indexeddb/auto'
import { beforeEach } from 'vitest'
import { setLocale } from '@/shared/i18n'

// happy-dom says it speaks American English; our people do not.
beforeEach(() => setLocale('zh'))
