/** The few places where phones differ so much that we must say so. */
const agent = navigator.userAgent

export const inWeChat = /MicroMessenger/i.test(agent)
export const onIos = /iPhone|iPad|iPod/i.test(agent)

/** WeChat on iOS has no service worker and may empty its storage: nothing can be kept there for the day without network. */
export const keepsNothing = inWeChat && onIos

/** Opened from the home screen rather than in a browser's tab. */
export const installed = () => matchMedia('(display-mode: standalone)').matches
