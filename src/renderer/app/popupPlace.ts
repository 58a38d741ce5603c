import { inject, provide, type InjectionKey, type ShallowRef } from 'vue'

const key: InjectionKey<Readonly<ShallowRef<HTMLElement | null>>> = Symbol('popup place')

/** Lists and hints that open from inside an element are put into it: what is outside a dialog is hidden from assistive technology. */
export function providePopupPlace(place: Readonly<ShallowRef<HTMLElement | null>>): void {
  provide(key, place)
}

/** Where a list or a hint is put: in the dialog that asks, else in the page's main part, so that it lies in a landmark. */
export function usePopupPlace(): () => HTMLElement | string {
  const place = inject(key, null)
  return () => place?.value ?? '#popups'
}
