import type { AnnotationQuery, AnnotationSupport } from '@grafana/data';
import { of } from 'rxjs';
import type { SpanhouseQuery } from '../spanhouse-query.ts';
import { annotationEvents } from './annotation-events.ts';
import { annotationKind, annotationQuery } from './annotation-query.ts';
import { AnnotationEditor } from './AnnotationEditor.tsx';

/** Failed spans, deploys by an attribute, and slow traces on every graph of a dashboard. */
export const annotationSupport: AnnotationSupport<SpanhouseQuery> = {
  QueryEditor: AnnotationEditor,
  getDefaultQuery: () => annotationQuery('errors'),
  prepareQuery: targetOf,
  processEvents: (annotation, frames) => of(annotationEvents(annotationKind(targetOf(annotation)), frames)),
};

function targetOf(annotation: AnnotationQuery<SpanhouseQuery>): SpanhouseQuery {
  return annotation.target?.queryType === undefined ? annotationQuery('errors') : annotation.target;
}
