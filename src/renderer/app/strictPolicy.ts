import { config } from 'zod'

// The page's policy forbids `eval`. zod would probe for it with `new Function`, which the browser reports as a violation. Imported first,
// before any schema is built.
config({ jitless: true })
