import { browserTraveller } from './journey/browserTraveller.ts'
import { keyHand, mouseHand } from './journey/hand.ts'
import { describeTheJourney } from './journey/journey.ts'
import { serveShell } from './serveShell.ts'

describeTheJourney({
  name: 'by mouse',
  open: () => serveShell.open(),
  traveller: ({ page }, folder) => browserTraveller(page, mouseHand(page), folder),
})

describeTheJourney({
  name: 'by keys alone',
  open: () => serveShell.open(),
  traveller: ({ page }, folder) => browserTraveller(page, keyHand(page), folder),
})
