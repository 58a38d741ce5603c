import { computed } from 'vue'
import { useAct } from '../../app/ask.ts'
import { useEngine } from '../../app/engine.ts'
import { useToasts } from '../../app/toasts.ts'

interface Named {
  id: string
  name: string
}

/** What a reader can do to a study that is stored. */
export function useStudyActions() {
  const { client } = useEngine()
  const toasts = useToasts()
  const pause = useAct(({ id }: Named) => client.study.pause({ study: id }))
  const cancel = useAct(({ id }: Named) => client.study.cancel({ study: id }))
  const resume = useAct(({ id, retryFailed }: Named & { retryFailed: boolean }) =>
    client.study.resume({ study: id, retryFailed }),
  )
  const restore = useAct(({ id }: Named) => client.study.restore({ study: id }))
  const remove = useAct(async (study: Named) => {
    await client.study.remove({ study: study.id })
    toasts.show({
      message: `${study.name} is removed; its runs and models stay.`,
      action: { label: 'Undo', run: () => void restore.act(study) },
    })
    return true
  })
  const all = [pause, cancel, resume, restore, remove]
  return {
    pause: pause.act,
    cancel: cancel.act,
    resume: resume.act,
    remove: remove.act,
    busy: computed(() => all.some(({ busy }) => busy.value)),
    problem: computed(() => all.map((one) => one.problem.value).find((problem) => problem !== null) ?? null),
    forget: () => all.forEach((one) => one.forget()),
  }
}
