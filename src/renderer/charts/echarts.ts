import { LineChart, ScatterChart } from 'echarts/charts'
import { GridComponent } from 'echarts/components'
import { LabelLayout } from 'echarts/features'
import { use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'

// Only what the page draws. SVG, so that marks are elements that print sharply at any zoom.
use([LineChart, ScatterChart, GridComponent, LabelLayout, SVGRenderer])
