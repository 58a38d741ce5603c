import { CustomChart, LineChart, ScatterChart } from 'echarts/charts'
import { GraphicComponent, GridComponent } from 'echarts/components'
import { LabelLayout } from 'echarts/features'
import { use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'

// What the figures of src/shared/charts need and no more. SVG, so that marks are elements that print sharply at any zoom.
use([LineChart, ScatterChart, CustomChart, GridComponent, GraphicComponent, LabelLayout, SVGRenderer])
