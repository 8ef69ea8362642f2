import { messages } from '@/shared/i18n'

export const t = messages({
  zh: {
    title: '设置',
    language: '语言',
    asPhone: '跟随手机',
    theme: '深浅',
    light: '浅色',
    dark: '深色',
    textSize: '字号',
    normal: '标准',
    large: '大',
    larger: '特大',
  },
  en: {
    title: 'Settings',
    language: 'Language',
    asPhone: 'As the phone',
    theme: 'Appearance',
    light: 'Light',
    dark: 'Dark',
    textSize: 'Text size',
    normal: 'Normal',
    large: 'Large',
    larger: 'Larger',
  },
})
