import './app/strictPolicy.ts'
import { VueQueryPlugin } from '@tanstack/vue-query'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { createEngine, engineKey } from './app/engine.ts'
import { createQueries } from './app/queries.ts'
import { createPages, followEarlyAddresses, readPagesAhead } from './app/router.ts'
import './styles/fonts.css'
import './styles/tokens.css'
import './styles/base.css'
import './styles/controls.css'
import { connect } from './transport/index.ts'

// First of all: the link's token leaves the address bar before anything else reads it, the router among it.
const connection = connect()
const queries = createQueries()
const pages = createPages()
followEarlyAddresses(pages)
readPagesAhead(pages)

const app = createApp(App)
app.use(createPinia())
app.use(pages)
app.use(VueQueryPlugin, { queryClient: queries })
app.provide(engineKey, createEngine(connection, queries))
app.mount('#app')
