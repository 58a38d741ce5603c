import './app/strictPolicy.ts'
import { VueQueryPlugin } from '@tanstack/vue-query'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { createEngine, engineKey } from './app/engine.ts'
import './styles/fonts.css'
import './styles/tokens.css'
import './styles/base.css'
import './styles/controls.css'
import { connect } from './transport/index.ts'

// First of all: the link's token leaves the address bar before anything else reads it.
const engine = createEngine(connect())

const app = createApp(App)
app.use(createPinia())
app.use(VueQueryPlugin)
app.provide(engineKey, engine)
app.mount('#app')
